import { col, DataTypes, fn, Model } from 'sequelize';
import { sequelize } from './database.js';

export class User extends Model {}
User.init({
  id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
  email: { type: DataTypes.TEXT, allowNull: false },
}, {
  sequelize, tableName: 'users', underscored: true,
  createdAt: false, updatedAt: false,   // the table above has neither
  paranoid: true,                       // adds deleted_at to every find
  indexes: [{
    name: 'users_email_live', unique: true, fields: [fn('lower', col('email'))], where: { deleted_at: null },
  }],
});

export const trash = (id) => User.destroy({ where: { id } });
export const restore = (id) => User.restore({ where: { id } });
export const purge = (id) => User.destroy({ where: { id }, force: true });
export const withTrashed = () => User.findAll({ paranoid: false });
