package org.example.jsonl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.ColumnSettings;
import dev.farsight.reading.Fields;
import dev.farsight.reading.RecordSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * {@code data.source = jsonl}: files of which each line is a JSON object. Members of an object
 * within it have names such as {@code user.id}; a list is a bag; {@code null} is missing.
 */
public final class JsonlFactory implements DataSourceFactory {

  private final JsonFactory factory = new JsonFactory();

  @Override
  public String name() {
    return "jsonl";
  }

  @Override
  public void check(DataContext context) {
    ColumnSettings.named(context.own());
    RecordSources.check(context);
  }

  @Override
  public DataSource open(DataContext context) {
    return RecordSources.open(ColumnSettings.named(context.own()), () -> this::parse, context);
  }

  @Override
  public boolean copiesFields() {
    return true; // DataContext.fields: RecordSources does it
  }

  @Override
  public Optional<SampleEncoder> encoder(DataContext context) {
    return Optional.of(RecordSources.encoder(ColumnSettings.named(context.own()), context));
  }

  @Override
  public boolean splitsByColumn() {
    return true; // data.eval-where: RecordSources does it
  }

  private void parse(byte[] bytes, int from, int to, Fields into) {
    try (JsonParser json = factory.createParser(bytes, from, to - from)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadRowException("is no JSON object");
      }
      members(json, "", into);
      if (json.nextToken() != null) {
        throw new BadRowException("something follows the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw new BadRowException("is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // bytes in memory can always be read
    }
  }

  private static void members(JsonParser json, String prefix, Fields into) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = prefix + json.currentName();
      switch (json.nextToken()) {
        case START_OBJECT -> members(json, name + ".", into);
        case START_ARRAY -> values(json, name, into);
        case VALUE_NULL -> into.set(name, "");
        default -> into.set(name, json.getText());
      }
    }
  }

  private static void values(JsonParser json, String name, Fields into) throws IOException {
    int values = 0;
    for (; json.nextToken() != JsonToken.END_ARRAY; values++) {
      if (!json.currentToken().isStructStart()) {
        into.add(name, json.currentToken() == JsonToken.VALUE_NULL ? "" : json.getText());
      } else if (into.reads(name)) {
        throw new BadRowException("column " + name + ": a list of lists or objects");
      } else {
        json.skipChildren();
      }
    }
    if (values == 0) {
      into.set(name, "");
    }
  }
}
