/**
 * {@code compute.backend = jcuda}: NVIDIA GPUs. The driver is called through JCuda, NVRTC and
 * cuBLASLt through JNA; a step is one CUDA graph.
 */
package dev.farsight.compute.jcuda;
