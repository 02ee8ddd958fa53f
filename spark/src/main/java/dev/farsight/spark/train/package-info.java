/** Training on Apache Spark: a barrier task for each process of a run. */
package dev.farsight.spark.train;
