import { publish } from './publish.js';
process.on('message', (order) => {
    process.send?.(publish(order));
});
//# sourceMappingURL=publisher-process.js.map