export async function insertReadings(pool, readings) {
  await pool.query(
    `INSERT INTO readings (sensor_id, taken_at, value)
     SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::float8[])`,
    [
      readings.map((r) => r.sensorId),
      readings.map((r) => r.takenAt),
      readings.map((r) => r.value),
    ],
  );
}
