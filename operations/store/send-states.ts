/** Beside the queries, so that a contract can name the states without the database behind them. */
export { SEND_STATES } from '../../schemas/send-states.ts';
