/** Preparation of data on Apache Spark. */
package dev.farsight.spark;
