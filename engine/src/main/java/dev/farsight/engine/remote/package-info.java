/**
 * Checkpoints on a file system that all processes of a run reach, while each of them has its files
 * on a disk of its own. {@code docs/checkpoints.md} describes the files and the guarantees.
 */
package dev.farsight.engine.remote;
