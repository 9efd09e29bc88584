export {};
//# sourceMappingURL=field-value.js.map