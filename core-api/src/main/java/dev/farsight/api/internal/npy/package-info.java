/** NumPy's file format npy, for the modules of the project. Not part of the API. */
package dev.farsight.api.internal.npy;
