package dev.farsight.serving.grpc;

import dev.farsight.serving.protocol.InferParameter;
import dev.farsight.serving.protocol.InferTensorContents;
import dev.farsight.serving.protocol.ModelInferRequest;
import dev.farsight.serving.protocol.ModelInferRequest.InferInputTensor;
import dev.farsight.serving.request.BinaryValues;
import dev.farsight.serving.request.DataType;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.Output;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.Tensor;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;

/** Reads requests for scores from the messages of the protocol. */
final class ProtoRequests {

  private ProtoRequests() {}

  /**
   * @param deadline of the call; null if it has none
   * @throws Refusal if the request is malformed
   */
  static void read(ModelInferRequest from, Deadline deadline, InferRequest request) {
    request.id(from.getId());
    timeout(from, deadline, request);
    boolean raw = from.getRawInputContentsCount() > 0;
    if (raw && from.getRawInputContentsCount() != from.getInputsCount()) {
      throw Refusal.invalid(
          from.getInputsCount()
              + " inputs, and raw_input_contents has "
              + from.getRawInputContentsCount()
              + " entries; one for each input is needed");
    }
    for (int i = 0; i < from.getInputsCount(); i++) {
      InferInputTensor input = from.getInputs(i);
      Tensor tensor = request.addInput();
      tensor.name(input.getName());
      tensor.type(DataType.of(input.getDatatype(), input.getName()));
      for (int d = 0; d < input.getShapeCount(); d++) {
        tensor.addDimension(input.getShape(d));
      }
      if (raw) {
        if (input.hasContents()) {
          throw tensor.wrong("it has contents, and the request raw_input_contents");
        }
        BinaryValues.read(tensor, from.getRawInputContents(i).asReadOnlyByteBuffer());
      } else {
        contents(input.getContents(), tensor);
      }
    }
    for (int o = 0; o < from.getOutputsCount(); o++) {
      request.addOutput(Output.named(from.getOutputs(o).getName()));
    }
    if (raw) {
      request.binaryByDefault();
    }
  }

  private static void timeout(ModelInferRequest from, Deadline deadline, InferRequest request) {
    InferParameter parameter = from.getParametersMap().get("timeout");
    if (parameter != null) {
      request.timeoutMicros(parameter.getInt64Param());
    }
    if (deadline != null) {
      request.timeoutAtMost(Math.max(1, deadline.timeRemaining(TimeUnit.MICROSECONDS)));
    }
  }

  private static void contents(InferTensorContents from, Tensor tensor) {
    switch (tensor.type()) {
      case FP32 -> {
        for (int i = 0; i < from.getFp32ContentsCount(); i++) {
          tensor.add(from.getFp32Contents(i));
        }
      }
      case INT32 -> {
        for (int i = 0; i < from.getIntContentsCount(); i++) {
          tensor.add((long) from.getIntContents(i));
        }
      }
      case INT64 -> {
        for (int i = 0; i < from.getInt64ContentsCount(); i++) {
          tensor.add(from.getInt64Contents(i));
        }
      }
      case BYTES -> {
        for (int i = 0; i < from.getBytesContentsCount(); i++) {
          tensor.add(from.getBytesContents(i).toStringUtf8());
        }
      }
    }
  }
}
