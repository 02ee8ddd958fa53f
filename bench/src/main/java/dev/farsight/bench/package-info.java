/**
 * Benchmarks: of the planner and its parts, of stores and readers (JMH), and of whole runs beside
 * PyTorch ({@link dev.farsight.bench.EndToEnd}).
 */
package dev.farsight.bench;
