/** Models as ONNX graphs, with the rows of their tables beside them. */
package dev.farsight.onnx;
