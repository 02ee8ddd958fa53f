/**
 * The face of Farsight in Spark ML: an estimator, {@link dev.farsight.spark.ml.FarsightClassifier},
 * and its models, which score on the executors. They take part in pipelines and cross-validation as
 * Spark's own do.
 */
package dev.farsight.spark.ml;
