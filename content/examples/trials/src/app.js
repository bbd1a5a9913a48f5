import express from 'express';

export function createApp({ trialService }) {
  return express().post('/trials/expire', async (req, res) => res.json(await trialService.expireOverdue()));
}
