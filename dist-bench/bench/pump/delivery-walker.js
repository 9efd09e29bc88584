export {};
//# sourceMappingURL=delivery-walker.js.map