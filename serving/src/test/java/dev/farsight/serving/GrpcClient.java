package dev.farsight.serving;

import com.google.protobuf.ByteString;
import dev.farsight.serving.protocol.GRPCInferenceServiceGrpc;
import dev.farsight.serving.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.farsight.serving.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.farsight.serving.protocol.InferTensorContents;
import dev.farsight.serving.protocol.ModelInferRequest;
import dev.farsight.serving.protocol.ModelInferRequest.InferInputTensor;
import dev.farsight.serving.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.farsight.serving.protocol.ModelInferResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.Arrays;
import java.util.stream.LongStream;

/** A connection over gRPC, and requests for it. */
final class GrpcClient implements AutoCloseable {

  final ManagedChannel channel;

  GrpcClient(FarsightServer server) {
    channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + server.grpcPort(), InsecureChannelCredentials.create())
            .build();
  }

  GRPCInferenceServiceBlockingStub waiting() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  GRPCInferenceServiceFutureStub later() {
    return GRPCInferenceServiceGrpc.newFutureStub(channel);
  }

  /** A request for the logits of encoded rows. */
  static ModelInferRequest request(EncodedRows rows) {
    return ModelInferRequest.newBuilder()
        .setModelName("farsight")
        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("logit"))
        .addInputs(floats("dense", rows.dense, rows.samples(), 2))
        .addInputs(longs("user", rows.users))
        .addInputs(longs("tags", rows.tags))
        .addInputs(longs("tags.offsets", rows.tagOffsets))
        .addInputs(floats("tags.weights", rows.tagWeights, rows.tags.length))
        .build();
  }

  private static InferInputTensor floats(String name, float[] values, long... shape) {
    var contents = InferTensorContents.newBuilder();
    for (float value : values) {
      contents.addFp32Contents(value);
    }
    return input(name, "FP32", contents, shape);
  }

  private static InferInputTensor longs(String name, int[] values) {
    var contents = InferTensorContents.newBuilder();
    Arrays.stream(values).forEach(contents::addInt64Contents);
    return input(name, "INT64", contents, values.length);
  }

  private static InferInputTensor input(
      String name, String type, InferTensorContents.Builder contents, long... shape) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype(type)
        .addAllShape(LongStream.of(shape).boxed().toList())
        .setContents(contents)
        .build();
  }

  /** A request of about so many bytes, that no model would answer. */
  static ModelInferRequest ofBytes(int bytes) {
    return ModelInferRequest.newBuilder()
        .setModelName("farsight")
        .addRawInputContents(ByteString.copyFrom(new byte[bytes]))
        .build();
  }

  static float[] logits(ModelInferResponse answer) {
    var values = answer.getOutputs(0).getContents().getFp32ContentsList();
    var logits = new float[values.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = values.get(i);
    }
    return logits;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
