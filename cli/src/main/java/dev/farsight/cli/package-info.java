/**
 * The farsight command: the only place that knows every module. Reads the command line, shows
 * progress and results, and leaves all work to the engine.
 */
package dev.farsight.cli;
