/** The version brokers are told. Not read from package.json, so that programs can be bundled. */
export const VERSION = '0.1.0';
