package dev.farsight.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.farsight.serving.request.Refusal;
import java.io.IOException;

/** Values of a certain type at the current token of a parser. */
final class JsonValues {

  private JsonValues() {}

  static void require(JsonParser parser, JsonToken token, String what) throws IOException {
    if (parser.currentToken() != token) {
      throw Refusal.invalid(
          what + ": " + shown(parser.currentToken()) + " in place of " + shown(token));
    }
  }

  static String text(JsonParser parser, String what) throws IOException {
    require(parser, JsonToken.VALUE_STRING, what);
    return parser.getText();
  }

  static long whole(JsonParser parser, String what) throws IOException {
    require(parser, JsonToken.VALUE_NUMBER_INT, what);
    return parser.getLongValue();
  }

  static boolean bool(JsonParser parser, String what) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_FALSE) {
      return false;
    }
    require(parser, JsonToken.VALUE_TRUE, what);
    return true;
  }

  /** What a token is called in messages. */
  static String shown(JsonToken token) {
    if (token == null) {
      return "the end of the body";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a fraction";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "null";
      default -> token.asString() == null ? "a value" : token.asString();
    };
  }
}
