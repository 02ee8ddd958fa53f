/**
 * The contract of compute backends, and the naive float64 reference that it compares them with. A
 * backend's test extends {@link dev.farsight.testkit.compute.ComputeBackendContract}.
 */
package dev.farsight.testkit.compute;
