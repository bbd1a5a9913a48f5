import { DataTypes, Model, Sequelize } from 'sequelize';

export const sequelize = new Sequelize(process.env.DATABASE_URL, {
  logging: false,
  define: { underscored: true },              // createdAt -> created_at
  pool: { max: 10, acquire: 3_000, idle: 10_000 },
  dialectOptions: { statement_timeout: 5_000, query_timeout: 6_000, application_name: 'orders-api' },   // query_timeout: the server hangs
});

export class Author extends Model {}
Author.init({
  id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
  email: { type: DataTypes.TEXT, allowNull: false, unique: true },
  balance: { type: DataTypes.DECIMAL(12, 2), allowNull: false, defaultValue: 0 },
}, { sequelize, modelName: 'Author', tableName: 'authors', version: true });

export class Post extends Model {}
Post.init({
  id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
  title: { type: DataTypes.TEXT, allowNull: false },
}, { sequelize, modelName: 'Post', tableName: 'posts' });

Author.hasMany(Post, { as: 'posts', foreignKey: { name: 'authorId', allowNull: false } });
Post.belongsTo(Author, { as: 'author', foreignKey: 'authorId' });

export async function authorsWithPosts(limit) {
  return Author.findAll({
    attributes: ['id', 'email'],
    include: [{ association: 'posts', attributes: ['id', 'title', 'authorId'], separate: true }],
    order: [['id', 'ASC']],
    limit,
  });
}

export async function transfer(fromId, toId, amount) {
  if (!/^\d{1,10}(\.\d{1,2})?$/.test(amount) || Number(amount) === 0) throw new Error('the amount must be positive, with two digits');
  return sequelize.transaction(async (transaction) => {
    const rows = await Author.findAll({
      where: { id: [fromId, toId] }, order: [['id', 'ASC']],
      lock: transaction.LOCK.NO_KEY_UPDATE, transaction,    // UPDATE would also lock out new posts
    });
    if (rows.length !== 2) throw new Error('unknown account');
    // CHECK (balance >= 0) on the table refuses an overdraft and rolls everything back
    await Author.decrement({ balance: amount }, { where: { id: fromId }, transaction });
    await Author.increment({ balance: amount }, { where: { id: toId }, transaction });
  });
}
