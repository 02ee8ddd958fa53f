/** Initial values of dense parameters, and models on disk as npy files. */
package dev.farsight.engine.model;
