package dev.farsight.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.Output;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads requests for scores in JSON, straight to arrays of numbers. Any thread. */
final class JsonRequestReader {

  private static final List<String> FIELDS = List.of("id", "parameters", "inputs", "outputs");

  private final JsonFactory json;

  JsonRequestReader(JsonFactory json) {
    this.json = json;
  }

  /**
   * Reads a request.
   *
   * @param jsonLength bytes of the body that are JSON; binary data of inputs follow
   * @throws Refusal if it is malformed; the message tells where
   */
  void read(Body body, int jsonLength, InferRequest request) {
    var binary = new BinaryInputs(body, jsonLength);
    try (JsonParser parser = json.createParser(body.bytes(), 0, jsonLength)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Refusal.invalid("the body is no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "id" -> request.id(JsonValues.text(parser, "id"));
          case "parameters" -> parameters(parser, request);
          case "inputs" -> inputs(parser, body, request, binary);
          case "outputs" -> outputs(parser, request);
          default ->
              throw Refusal.invalid(
                  "unknown field " + Quoted.of(field) + Nearest.question(field, FIELDS));
        }
      }
      if (parser.nextToken() != null) {
        throw Refusal.invalid("there is more behind the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is read from anywhere
    }
    binary.requireEnd();
  }

  private static Refusal malformed(JsonProcessingException e) {
    var place = e.getLocation();
    String at =
        place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
    return Refusal.invalid(
        "the body is malformed JSON" + at + ": " + Quoted.of(e.getOriginalMessage()));
  }

  private static void parameters(JsonParser parser, InferRequest request) throws IOException {
    JsonValues.require(parser, JsonToken.START_OBJECT, "parameters");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "timeout" -> request.timeoutMicros(JsonValues.whole(parser, "timeout"));
        case "binary_data_output" -> {
          if (JsonValues.bool(parser, name)) {
            request.binaryByDefault();
          }
        }
        default -> parser.skipChildren(); // clients send what other servers know
      }
    }
  }

  private void inputs(JsonParser parser, Body body, InferRequest request, BinaryInputs binary)
      throws IOException {
    JsonValues.require(parser, JsonToken.START_ARRAY, "inputs");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonValues.require(parser, JsonToken.START_OBJECT, "an entry of inputs");
      var reader = new JsonTensorReader(json, parser, body, request.addInput());
      Tensor tensor = reader.read();
      if (reader.binaryBytes() >= 0) {
        binary.read(tensor, reader.binaryBytes());
      }
    }
  }

  private static void outputs(JsonParser parser, InferRequest request) throws IOException {
    JsonValues.require(parser, JsonToken.START_ARRAY, "outputs");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonValues.require(parser, JsonToken.START_OBJECT, "an entry of outputs");
      String name = null;
      boolean binary = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "name" -> name = JsonValues.text(parser, "name of an output");
          case "parameters" -> binary = isBinary(parser);
          default -> parser.skipChildren();
        }
      }
      if (name == null) {
        throw Refusal.invalid("an entry of outputs has no name");
      }
      Output output = Output.named(name);
      request.addOutput(output);
      if (binary) {
        request.addBinaryOutput(output);
      }
    }
  }

  private static boolean isBinary(JsonParser parser) throws IOException {
    JsonValues.require(parser, JsonToken.START_OBJECT, "parameters of an output");
    boolean binary = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals("binary_data")) {
        binary = JsonValues.bool(parser, name);
      } else {
        parser.skipChildren();
      }
    }
    return binary;
  }
}
