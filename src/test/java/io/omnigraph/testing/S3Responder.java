package io.omnigraph.testing;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Carries out requests on the bucket and says what a service would answer. */
final class S3Responder {

  /** An HTTP answer. A HEAD sends the headers only. */
  record Answer(int status, byte[] body, Map<String, String> headers) {

    static Answer xml(int status, String body) {
      return new Answer(
          status, body.getBytes(StandardCharsets.UTF_8), Map.of("Content-Type", "application/xml"));
    }

    static Answer empty(int status) {
      return new Answer(status, new byte[0], Map.of());
    }

    static Answer error(int status, String code) {
      return xml(
          status,
          "<?xml version=\"1.0\"?><Error><Code>"
              + escape(code)
              + "</Code><Message>"
              + escape(code)
              + "</Message></Error>");
    }
  }

  private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>", Pattern.DOTALL);

  private final S3Objects objects;
  private volatile int pageSize = 1000;

  S3Responder(S3Objects objects) {
    this.objects = objects;
  }

  /** How many keys a page of a listing holds at most. */
  void pageSize(int keys) {
    pageSize = keys;
  }

  Answer answer(S3Request request) {
    return switch (request.kind()) {
      case LIST -> list(request);
      case GET, HEAD -> read(request);
      case PUT ->
          stored(
              objects.put(request.key(), request.body(), request.ifMatch(), request.ifNoneMatch()));
      case COPY -> copy(request);
      case DELETE -> {
        objects.delete(request.key());
        yield Answer.empty(204);
      }
      case DELETE_MANY -> deleteMany(request);
      case MULTIPART_START ->
          Answer.xml(
              200,
              "<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>"
                  + escape(request.key())
                  + "</Key><UploadId>"
                  + objects.startUpload()
                  + "</UploadId></InitiateMultipartUploadResult>");
      case MULTIPART_PART -> part(request);
      case MULTIPART_COMPLETE -> complete(request);
      case MULTIPART_ABORT -> {
        objects.abortUpload(request.query().get("uploadId"));
        yield Answer.empty(204);
      }
      case HEAD_BUCKET -> new Answer(200, new byte[0], Map.of("x-amz-bucket-region", "us-east-1"));
    };
  }

  private static Answer stored(S3Objects.@Nullable Stored stored) {
    return stored == null
        ? Answer.error(412, "PreconditionFailed")
        : new Answer(200, new byte[0], Map.of("ETag", stored.etag()));
  }

  private Answer read(S3Request request) {
    S3Objects.Stored stored = objects.get(request.key());
    if (stored == null) {
      return Answer.error(404, "NoSuchKey");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ETag", stored.etag());
    headers.put(
        "Last-Modified",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(stored.modified().atZone(ZoneOffset.UTC)));
    headers.put("Accept-Ranges", "bytes");
    if (request.range() == null) {
      return new Answer(200, stored.bytes(), headers);
    }
    int length = stored.bytes().length;
    String[] bounds = request.range().substring("bytes=".length()).split("-", 2);
    int first;
    int last;
    if (bounds[0].isEmpty()) {
      first = Math.max(0, length - Integer.parseInt(bounds[1]));
      last = length - 1;
    } else {
      first = (int) Math.min(Long.parseLong(bounds[0]), Integer.MAX_VALUE);
      last =
          bounds[1].isEmpty() ? length - 1 : (int) Math.min(Long.parseLong(bounds[1]), length - 1L);
    }
    if (first > last) {
      return Answer.error(416, "InvalidRange");
    }
    headers.put("Content-Range", "bytes " + first + "-" + last + "/" + length);
    return new Answer(206, Arrays.copyOfRange(stored.bytes(), first, last + 1), headers);
  }

  private Answer copy(S3Request request) {
    S3Objects.Stored source = objects.get(String.valueOf(request.copySource()));
    if (source == null) {
      return Answer.error(404, "NoSuchKey");
    }
    S3Objects.Stored copied =
        objects.put(request.key(), source.bytes(), request.ifMatch(), request.ifNoneMatch());
    return copied == null
        ? Answer.error(412, "PreconditionFailed")
        : Answer.xml(
            200, "<CopyObjectResult><ETag>" + escape(copied.etag()) + "</ETag></CopyObjectResult>");
  }

  private Answer deleteMany(S3Request request) {
    Matcher keys = KEY.matcher(new String(request.body(), StandardCharsets.UTF_8));
    StringBuilder answer = new StringBuilder("<DeleteResult>");
    while (keys.find()) {
      objects.delete(unescape(keys.group(1)));
      answer.append("<Deleted><Key>").append(keys.group(1)).append("</Key></Deleted>");
    }
    return Answer.xml(200, answer.append("</DeleteResult>").toString());
  }

  private Answer part(S3Request request) {
    String etag =
        objects.putPart(
            request.query().get("uploadId"),
            Integer.parseInt(request.query().get("partNumber")),
            request.body());
    return new Answer(200, new byte[0], Map.of("ETag", etag));
  }

  private Answer complete(S3Request request) {
    S3Objects.Stored stored =
        objects.completeUpload(
            request.query().get("uploadId"),
            request.key(),
            request.ifMatch(),
            request.ifNoneMatch());
    return stored == null
        ? Answer.error(412, "PreconditionFailed")
        : Answer.xml(
            200,
            "<CompleteMultipartUploadResult><Key>"
                + escape(request.key())
                + "</Key><ETag>"
                + escape(stored.etag())
                + "</ETag></CompleteMultipartUploadResult>");
  }

  private Answer list(S3Request request) {
    String prefix = request.query().getOrDefault("prefix", "");
    String delimiter = request.query().getOrDefault("delimiter", "");
    String after =
        request
            .query()
            .getOrDefault("continuation-token", request.query().getOrDefault("start-after", ""));
    int asked = Integer.parseInt(request.query().getOrDefault("max-keys", "1000"));
    int most = Math.min(asked, pageSize);
    StringBuilder contents = new StringBuilder();
    TreeSet<String> folders = new TreeSet<>();
    String last = "";
    boolean truncated = false;
    int count = 0;
    for (Map.Entry<String, S3Objects.Stored> entry : objects.from(prefix).entrySet()) {
      String key = entry.getKey();
      if (!key.startsWith(prefix)) {
        break;
      }
      int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      String listed = end < 0 ? key : key.substring(0, end + delimiter.length());
      if (listed.compareTo(after) <= 0 || folders.contains(listed)) {
        continue;
      }
      if (count == most) {
        truncated = true;
        break;
      }
      count++;
      last = listed;
      if (end >= 0) {
        folders.add(listed);
      } else {
        contents.append(entry(key, entry.getValue()));
      }
    }
    StringBuilder answer = new StringBuilder("<?xml version=\"1.0\"?><ListBucketResult>");
    answer.append("<Name>bucket</Name><Prefix>").append(escape(prefix)).append("</Prefix>");
    answer.append("<KeyCount>").append(count).append("</KeyCount>");
    answer.append("<MaxKeys>").append(most).append("</MaxKeys>");
    answer.append("<IsTruncated>").append(truncated).append("</IsTruncated>");
    if (truncated) {
      answer
          .append("<NextContinuationToken>")
          .append(escape(last))
          .append("</NextContinuationToken>");
    }
    answer.append(contents);
    folders.forEach(
        folder ->
            answer
                .append("<CommonPrefixes><Prefix>")
                .append(escape(folder))
                .append("</Prefix></CommonPrefixes>"));
    return Answer.xml(200, answer.append("</ListBucketResult>").toString());
  }

  private static String entry(String key, S3Objects.Stored stored) {
    return "<Contents><Key>"
        + escape(key)
        + "</Key><LastModified>"
        + DateTimeFormatter.ISO_INSTANT.format(stored.modified())
        + "</LastModified><ETag>"
        + escape(stored.etag())
        + "</ETag><Size>"
        + stored.bytes().length
        + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String unescape(String text) {
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
  }
}
