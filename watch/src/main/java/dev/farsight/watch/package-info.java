/** A run as it goes on: a live page, figures for Prometheus, and files for TensorBoard. */
package dev.farsight.watch;
