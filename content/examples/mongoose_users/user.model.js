// user.model.js
import mongoose from 'mongoose';

const userSchema = new mongoose.Schema(
  {
    email: { type: String, required: true, lowercase: true, trim: true, maxlength: 254 },
    name: { type: String, required: true, trim: true },
    roles: { type: [{ type: String, required: true, enum: ['member', 'editor', 'admin'] }], default: ['member'] },
    passwordHash: { type: String, required: true, select: false },
  },
  { timestamps: true, strict: 'throw', optimisticConcurrency: true },
);
userSchema.index({ email: 1 }, { unique: true });

// Mongoose 9: pre hooks get no next(). Use async functions. A rule about data is reported with
// invalidate(): it becomes a ValidationError. A plain Error thrown here would end as a 500.
userSchema.pre('validate', async function () {
  if (this.isModified('roles') && !this.roles?.length) {
    this.invalidate('roles', 'a user needs at least one role');
  }
});

export const User = mongoose.model('User', userSchema);
