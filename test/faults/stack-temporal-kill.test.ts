import { testServiceKill } from './stack-service-kill.ts';

testServiceKill('temporal', 'Temporal');
