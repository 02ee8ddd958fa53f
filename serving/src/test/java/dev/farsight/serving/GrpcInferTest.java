package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.farsight.serving.protocol.GRPCInferenceServiceGrpc;
import dev.farsight.serving.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.farsight.serving.protocol.InferParameter;
import dev.farsight.serving.protocol.InferTensorContents;
import dev.farsight.serving.protocol.ModelInferRequest;
import dev.farsight.serving.protocol.ModelInferRequest.InferInputTensor;
import dev.farsight.serving.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.farsight.serving.protocol.ModelInferResponse;
import dev.farsight.serving.protocol.ModelMetadataRequest;
import dev.farsight.serving.protocol.ModelReadyRequest;
import dev.farsight.serving.protocol.RepositoryIndexRequest;
import dev.farsight.serving.protocol.ServerLiveRequest;
import dev.farsight.serving.protocol.ServerMetadataRequest;
import dev.farsight.serving.protocol.ServerReadyRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls over gRPC, with typed and with raw contents. */
class GrpcInferTest {

  @TempDir static Path folder;

  private static TestModel model;
  private static FarsightServer server;
  private static ManagedChannel channel;
  private static GRPCInferenceServiceBlockingStub stub;

  @BeforeAll
  static void start() throws IOException {
    model = TestModel.train(folder);
    server = model.start("serving.batch.size=32");
    channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + server.grpcPort(), InsecureChannelCredentials.create())
            .build();
    stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    server.close();
  }

  private static InferInputTensor.Builder texts(String name, List<String> values) {
    var contents = InferTensorContents.newBuilder();
    values.forEach(value -> contents.addBytesContents(ByteString.copyFromUtf8(value)));
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype("BYTES")
        .addShape(values.size())
        .setContents(contents);
  }

  private static InferInputTensor.Builder offsets(String name, int[] values) {
    var contents = InferTensorContents.newBuilder();
    for (int value : values) {
      contents.addInt64Contents(value);
    }
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype("INT64")
        .addShape(values.length)
        .setContents(contents);
  }

  private static ModelInferRequest.Builder raw(int from, int to) {
    var rows = model.rows.subList(from, to);
    return ModelInferRequest.newBuilder()
        .setModelName("farsight")
        .setId("call 7")
        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("logit"))
        .addInputs(texts("x", rows.stream().map(TestModel.Row::x).toList()))
        .addInputs(texts("y", rows.stream().map(TestModel.Row::y).toList()))
        .addInputs(texts("user", rows.stream().map(TestModel.Row::user).toList()))
        .addInputs(texts("tags", rows.stream().flatMap(row -> row.tags().stream()).toList()))
        .addInputs(texts("scores", rows.stream().flatMap(row -> row.scores().stream()).toList()))
        .addInputs(offsets("tags.offsets", model.offsets(from, to)))
        .addInputs(offsets("scores.offsets", model.offsets(from, to)));
  }

  @Test
  void rawFieldsAreScoredAsAnEvaluationDoes() {
    for (int from = 0; from < TestModel.ROWS; from += 75) {
      ModelInferResponse answer = stub.modelInfer(raw(from, from + 75).build());
      assertThat(answer.getId()).isEqualTo("call 7");
      assertThat(answer.getModelVersion()).isEqualTo("12");
      assertThat(answer.getOutputsList()).hasSize(1);
      assertThat(answer.getOutputs(0).getShapeList()).containsExactly(75L);
      assertThat(answer.getOutputs(0).getContents().getFp32ContentsList())
          .containsExactlyElementsOf(floats(from, from + 75));
    }
  }

  private static List<Float> floats(int from, int to) {
    return java.util.stream.IntStream.range(from, to).mapToObj(i -> model.logits[i]).toList();
  }

  @Test
  void rawContentsAreAnsweredWithRawContents() {
    ModelInferRequest typed = raw(3, 13).build();
    var request = typed.toBuilder().clearInputs();
    for (InferInputTensor input : typed.getInputsList()) {
      request.addInputs(input.toBuilder().clearContents());
      request.addRawInputContents(bytes(input.getContents()));
    }
    ModelInferResponse answer = stub.modelInfer(request.build());
    var logits = new float[10];
    answer
        .getRawOutputContents(0)
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(logits);
    assertThat(logits).isEqualTo(Arrays.copyOfRange(model.logits, 3, 13));
  }

  private static ByteString bytes(InferTensorContents contents) {
    ByteBuffer bytes = ByteBuffer.allocate(10_000).order(ByteOrder.LITTLE_ENDIAN);
    contents.getInt64ContentsList().forEach(bytes::putLong);
    for (ByteString text : contents.getBytesContentsList()) {
      byte[] utf8 = text.toString(StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
      bytes.putInt(utf8.length).put(utf8);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  @Test
  void tellsOfServerAndModel() {
    assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    assertThat(stub.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
        .isEqualTo("farsight");
    var ready = ModelReadyRequest.newBuilder().setName("farsight");
    assertThat(stub.modelReady(ready.setVersion("12").build()).getReady()).isTrue();
    assertThatThrownBy(() -> stub.modelReady(ready.setVersion("13").build()))
        .hasMessage("NOT_FOUND: version 13 is not loaded; there is 12");
    var metadata =
        stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("farsight").build());
    assertThat(metadata.getPlatform()).isEqualTo("farsight");
    assertThat(
            metadata.getInputsList().stream().map(input -> input.getName() + input.getShapeList()))
        .contains("dense[-1, 2]", "user[-1]", "tags[-1]", "tags.offsets[-1]", "tags.weights[-1]");
    var index = stub.repositoryIndex(RepositoryIndexRequest.getDefaultInstance());
    assertThat(index.getModels(0).getState()).isEqualTo("READY");
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void refusalsSayWhatIsWrong() {
    assertThatThrownBy(() -> stub.modelInfer(raw(0, 2).setModelName("other").build()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("NOT_FOUND: unknown model other; this server has farsight");
    assertThatThrownBy(
            () -> stub.modelInfer(raw(0, 2).addInputs(texts("usr", List.of("a", "b"))).build()))
        .hasMessage(
            "INVALID_ARGUMENT: unknown input usr; did you mean user?; the model takes"
                + " dense, user, tags, tags.offsets, tags.weights, x, y, scores");
    var expired =
        raw(0, 2).putParameters("timeout", InferParameter.newBuilder().setInt64Param(1).build());
    assertThatThrownBy(() -> stub.modelInfer(expired.build()))
        .hasMessage("DEADLINE_EXCEEDED: the deadline passed before it was scored");
  }
}
