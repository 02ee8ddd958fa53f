package dev.farsight.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.request.DataType;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.Tensor;
import java.io.IOException;
import java.util.List;

/**
 * Reads an input: an object with its name, datatype, shape and data, in any order. Data that come
 * before the datatype are passed over, and read at the end.
 */
final class JsonTensorReader {

  private static final List<String> FIELDS =
      List.of("name", "datatype", "shape", "data", "parameters");

  private final JsonFactory json;
  private final JsonParser parser;
  private final Body body;
  private final Tensor tensor;
  private boolean hasData;
  private long binaryBytes = -1;

  /** Where data lie that are still to be read; -1: none. */
  private int dataStart = -1;

  private int dataEnd;

  /**
   * @param parser at the start of the object
   * @param body what it parses
   */
  JsonTensorReader(JsonFactory json, JsonParser parser, Body body, Tensor tensor) {
    this.json = json;
    this.parser = parser;
    this.body = body;
    this.tensor = tensor;
  }

  /** Bytes of binary data behind the JSON; -1 if the data are in the JSON. */
  long binaryBytes() {
    return binaryBytes;
  }

  Tensor read() throws IOException {
    String type = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "name" -> tensor.name(JsonValues.text(parser, "name of an input"));
        case "datatype" -> type = JsonValues.text(parser, "datatype");
        case "shape" -> shape();
        case "data" -> data(type);
        case "parameters" -> parameters();
        default ->
            throw Refusal.invalid(
                "unknown field "
                    + Quoted.of(field)
                    + " of an input"
                    + Nearest.question(field, FIELDS));
      }
    }
    finish(type);
    return tensor;
  }

  private void finish(String type) throws IOException {
    if (type == null) {
      throw tensor.wrong("it has no datatype");
    }
    tensor.type(DataType.of(type, shownName()));
    if (dataStart >= 0) {
      try (JsonParser again = json.createParser(body.bytes(), dataStart, dataEnd - dataStart)) {
        again.nextToken();
        values(again);
      }
    }
    if (hasData == (binaryBytes >= 0)) {
      throw tensor.wrong(
          hasData ? "it has data and binary_data_size; one of them is possible" : "it has no data");
    }
  }

  private String shownName() {
    return tensor.name() == null ? "?" : tensor.name();
  }

  private void shape() throws IOException {
    JsonValues.require(parser, JsonToken.START_ARRAY, "shape");
    if (tensor.rank() > 0) {
      throw tensor.wrong("it has two shapes");
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      tensor.addDimension(JsonValues.whole(parser, "shape"));
    }
  }

  private void parameters() throws IOException {
    JsonValues.require(parser, JsonToken.START_OBJECT, "parameters of an input");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals("binary_data_size")) {
        binaryBytes = JsonValues.whole(parser, name);
        if (binaryBytes < 0) {
          throw tensor.wrong("binary_data_size is " + binaryBytes);
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  private void data(String type) throws IOException {
    JsonValues.require(parser, JsonToken.START_ARRAY, "data");
    if (hasData) {
      throw tensor.wrong("it has data twice");
    }
    hasData = true;
    if (type != null) {
      tensor.type(DataType.of(type, shownName()));
      values(parser);
    } else {
      dataStart = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      dataEnd = (int) parser.currentLocation().getByteOffset();
    }
  }

  /** Reads an array of values, which may be nested: the values follow each other all the same. */
  private void values(JsonParser from) throws IOException {
    int depth = 1;
    while (depth > 0) {
      JsonToken token = from.nextToken();
      if (token == JsonToken.START_ARRAY) {
        depth++;
      } else if (token == JsonToken.END_ARRAY) {
        depth--;
      } else {
        value(from, token);
      }
    }
  }

  private void value(JsonParser from, JsonToken token) throws IOException {
    try {
      switch (tensor.type()) {
        case FP32 -> {
          if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw wrong(token, "a number");
          }
          tensor.add(from.getFloatValue());
        }
        case INT32, INT64 -> {
          if (token != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(token, "a whole number");
          }
          tensor.add(from.getLongValue());
        }
        case BYTES -> {
          if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NULL) {
            throw wrong(token, "a string");
          }
          tensor.add(token == JsonToken.VALUE_NULL ? null : from.getText());
        }
      }
    } catch (InputCoercionException e) {
      throw tensor.wrong("value " + tensor.count() + " is too large a number for " + tensor.type());
    }
  }

  private Refusal wrong(JsonToken token, String wanted) {
    return tensor.wrong(
        "value "
            + tensor.count()
            + " is "
            + JsonValues.shown(token)
            + " in place of "
            + wanted
            + ", as "
            + tensor.type()
            + " needs");
  }
}
