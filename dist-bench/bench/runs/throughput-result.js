export {};
//# sourceMappingURL=throughput-result.js.map