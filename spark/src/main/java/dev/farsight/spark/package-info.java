/**
 * Preparation of data on Apache Spark: {@link dev.farsight.spark.Prepare} is the program, {@link
 * dev.farsight.spark.SparkPreparation} what is behind it. Spark places and repeats the tasks; what
 * a task does to files is done by the classes of the command {@code farsight data prepare}.
 */
package dev.farsight.spark;
