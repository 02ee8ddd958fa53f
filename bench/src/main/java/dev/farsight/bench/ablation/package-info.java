/**
 * The ablation suite: a file of axes becomes combinations, each combination becomes cells, each
 * cell trains in a JVM of its own and leaves its report, and all reports together become {@code
 * results.csv}, {@code results.json} and {@code report.html}.
 */
package dev.farsight.bench.ablation;
