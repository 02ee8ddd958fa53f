/**
 * The contract of compute backends, and the naive float64 reference that it compares them with. A
 * backend's test extends {@link dev.farsight.testkit.compute.ComputeBackendContract}; that of a
 * backend with several devices also extends {@link
 * dev.farsight.testkit.compute.ShardedStepContract}.
 */
package dev.farsight.testkit.compute;
