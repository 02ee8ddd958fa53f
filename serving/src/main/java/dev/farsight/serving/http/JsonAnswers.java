package dev.farsight.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.farsight.engine.metrics.BuildInfo;
import dev.farsight.engine.predict.VersionList;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.model.VersionState;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.ModelInputs;
import dev.farsight.serving.request.Output;
import dev.farsight.serving.request.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes answers in JSON. Any thread. */
final class JsonAnswers {

  /** What fills an object or array. */
  interface Content {
    void write(JsonGenerator to) throws IOException;
  }

  private final JsonFactory json;

  JsonAnswers(JsonFactory json) {
    this.json = json;
  }

  private void write(Body body, Content content) {
    try (JsonGenerator to = json.createGenerator(body)) {
      content.write(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is written anywhere
    }
  }

  void error(Body body, String message) {
    write(
        body,
        to -> {
          to.writeStartObject();
          to.writeStringField("error", message);
          to.writeEndObject();
        });
  }

  void flag(Body body, String name, boolean value) {
    write(
        body,
        to -> {
          to.writeStartObject();
          to.writeBooleanField(name, value);
          to.writeEndObject();
        });
  }

  void server(Body body) {
    write(
        body,
        to -> {
          to.writeStartObject();
          to.writeStringField("name", "farsight");
          to.writeStringField("version", BuildInfo.version());
          to.writeArrayFieldStart("extensions");
          to.writeString("binary_tensor_data");
          to.writeString("model_repository");
          to.writeEndArray();
          to.writeEndObject();
        });
  }

  void modelReady(Body body, String name, boolean ready) {
    write(
        body,
        to -> {
          to.writeStartObject();
          to.writeStringField("name", name);
          to.writeBooleanField("ready", ready);
          to.writeEndObject();
        });
  }

  void model(Body body, ServedModel model) {
    write(
        body,
        to -> {
          to.writeStartObject();
          to.writeStringField("name", model.name());
          to.writeArrayFieldStart("versions");
          for (long version : model.versions()) {
            to.writeString(Long.toString(version));
          }
          to.writeEndArray();
          to.writeStringField("platform", ServedModel.PLATFORM);
          to.writeArrayFieldStart("inputs");
          for (ModelInputs.Description input : model.inputs().descriptions()) {
            tensor(to, input.name(), input.type().name(), input.shape());
          }
          to.writeEndArray();
          to.writeArrayFieldStart("outputs");
          for (Output output : Output.all()) {
            tensor(to, output.wireName(), "FP32", List.of(-1L));
          }
          to.writeEndArray();
          to.writeEndObject();
        });
  }

  private static void tensor(JsonGenerator to, String name, String type, List<Long> shape)
      throws IOException {
    to.writeStartObject();
    to.writeStringField("name", name);
    to.writeStringField("datatype", type);
    to.writeArrayFieldStart("shape");
    for (long size : shape) {
      to.writeNumber(size);
    }
    to.writeEndArray();
    to.writeEndObject();
  }

  /** The version that scores now. */
  void activated(Body body, String name, VersionList versions) {
    write(
        body,
        to -> {
          to.writeStartObject();
          to.writeStringField("name", name);
          to.writeStringField("version", Long.toString(versions.current()));
          to.writeBooleanField("rolled_back", versions.rolledBack());
          to.writeEndObject();
        });
  }

  void index(Body body, ServedModel model) {
    write(
        body,
        to -> {
          to.writeStartArray();
          for (VersionState version : model.versionStates()) {
            to.writeStartObject();
            to.writeStringField("name", model.name());
            to.writeStringField("version", Long.toString(version.number()));
            to.writeStringField("state", "READY");
            to.writeStringField("reason", version.reason());
            to.writeEndObject();
          }
          to.writeEndArray();
        });
  }

  /**
   * Writes scores: outputs that are wanted as binary data follow the JSON.
   *
   * @return bytes of the JSON
   */
  int scores(Body body, InferRequest request, String model, long version, Samples samples) {
    write(
        body,
        to -> {
          to.writeStartObject();
          to.writeStringField("model_name", model);
          to.writeStringField("model_version", Long.toString(version));
          if (!request.id().isEmpty()) {
            to.writeStringField("id", request.id());
          }
          to.writeArrayFieldStart("outputs");
          for (Output output : Output.all()) {
            if (request.wants(output)) {
              output(to, output, request.binary(output), samples);
            }
          }
          to.writeEndArray();
          to.writeEndObject();
        });
    int length = body.length();
    for (Output output : Output.all()) {
      if (request.wants(output) && request.binary(output)) {
        binary(body, output, samples);
      }
    }
    return length;
  }

  private static void output(JsonGenerator to, Output output, boolean binary, Samples samples)
      throws IOException {
    to.writeStartObject();
    to.writeStringField("name", output.wireName());
    to.writeStringField("datatype", "FP32");
    to.writeArrayFieldStart("shape");
    to.writeNumber(samples.count());
    to.writeEndArray();
    if (binary) {
      to.writeObjectFieldStart("parameters");
      to.writeNumberField("binary_data_size", samples.count() * Float.BYTES);
      to.writeEndObject();
    } else {
      to.writeArrayFieldStart("data");
      for (int s = 0; s < samples.count(); s++) {
        to.writeNumber(output.of(samples.logits()[s]));
      }
      to.writeEndArray();
    }
    to.writeEndObject();
  }

  private static void binary(Body body, Output output, Samples samples) {
    for (int s = 0; s < samples.count(); s++) {
      int bits = Float.floatToRawIntBits(output.of(samples.logits()[s]));
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        body.write(bits >> shift);
      }
    }
  }
}
