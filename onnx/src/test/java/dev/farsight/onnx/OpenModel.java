package dev.farsight.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A graph that ONNX Runtime runs. */
final class OpenModel implements AutoCloseable {

  private final OrtEnvironment runtime = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OpenModel(Path file) throws OrtException {
    session = runtime.createSession(file.toString());
  }

  OrtSession session() {
    return session;
  }

  /**
   * Runs a batch; returns an output, one value a sample.
   *
   * @param inputs by name, values one after the other
   * @param shapes by name
   */
  float[] run(String output, Map<String, float[]> inputs, Map<String, long[]> shapes)
      throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (String name : inputs.keySet()) {
      tensors.put(
          name,
          OnnxTensor.createTensor(runtime, FloatBuffer.wrap(inputs.get(name)), shapes.get(name)));
    }
    try (OrtSession.Result result = session.run(tensors)) {
      return (float[]) result.get(output).orElseThrow().getValue();
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
