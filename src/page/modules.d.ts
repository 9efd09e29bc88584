/** Style sheets, which the bundler makes files of their own. */
declare module '*.css' {}
