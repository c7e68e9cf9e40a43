/** Styles that a view brings along. */
declare module '*.css';
