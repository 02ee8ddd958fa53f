package dev.farsight.serving.grpc;

import com.google.protobuf.ByteString;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.model.VersionState;
import dev.farsight.serving.protocol.InferTensorContents;
import dev.farsight.serving.protocol.ModelInferResponse;
import dev.farsight.serving.protocol.ModelInferResponse.InferOutputTensor;
import dev.farsight.serving.protocol.ModelMetadataResponse;
import dev.farsight.serving.protocol.ModelMetadataResponse.TensorMetadata;
import dev.farsight.serving.protocol.RepositoryIndexResponse;
import dev.farsight.serving.protocol.RepositoryIndexResponse.ModelIndex;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.Output;
import dev.farsight.serving.request.Samples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes answers as messages of the protocol. */
final class ProtoAnswers {

  private static final String FP32 = "FP32";

  private ProtoAnswers() {}

  static ModelMetadataResponse model(ServedModel model) {
    var answer =
        ModelMetadataResponse.newBuilder().setName(model.name()).setPlatform(ServedModel.PLATFORM);
    model.versions().forEach(version -> answer.addVersions(Long.toString(version)));
    model
        .inputs()
        .descriptions()
        .forEach(
            input ->
                answer.addInputs(
                    TensorMetadata.newBuilder()
                        .setName(input.name())
                        .setDatatype(input.type().name())
                        .addAllShape(input.shape())));
    for (Output output : Output.all()) {
      answer.addOutputs(
          TensorMetadata.newBuilder().setName(output.wireName()).setDatatype(FP32).addShape(-1));
    }
    return answer.build();
  }

  static RepositoryIndexResponse index(ServedModel model) {
    var answer = RepositoryIndexResponse.newBuilder();
    for (VersionState version : model.versionStates()) {
      answer.addModels(
          ModelIndex.newBuilder()
              .setName(model.name())
              .setVersion(Long.toString(version.number()))
              .setState("READY")
              .setReason(version.reason()));
    }
    return answer.build();
  }

  /** Scores, in raw contents if the inputs were. */
  static ModelInferResponse scores(
      InferRequest request, String model, long version, Samples samples) {
    var answer =
        ModelInferResponse.newBuilder()
            .setModelName(model)
            .setModelVersion(Long.toString(version))
            .setId(request.id());
    for (Output output : Output.all()) {
      if (request.wants(output)) {
        var tensor =
            InferOutputTensor.newBuilder()
                .setName(output.wireName())
                .setDatatype(FP32)
                .addShape(samples.count());
        if (request.binary(output)) {
          answer.addRawOutputContents(raw(output, samples));
        } else {
          var contents = InferTensorContents.newBuilder();
          for (int s = 0; s < samples.count(); s++) {
            contents.addFp32Contents(output.of(samples.logits()[s]));
          }
          tensor.setContents(contents);
        }
        answer.addOutputs(tensor);
      }
    }
    return answer.build();
  }

  private static ByteString raw(Output output, Samples samples) {
    ByteBuffer bytes =
        ByteBuffer.allocate(samples.count() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int s = 0; s < samples.count(); s++) {
      bytes.putFloat(output.of(samples.logits()[s]));
    }
    return ByteString.copyFrom(bytes.flip());
  }
}
