package dev.clipserve.api;

import dev.clipserve.api.ServiceClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP as no client library would send it, byte by byte; each connection is closed by the service's answer. */
record RawExchange(int port) {

    /** Sends these bytes and nothing more, and reads the answer. */
    Answer send(String request) {
        return send(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    Answer send(byte[] request) {
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            return parse(socket.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer parse(byte[] answer) {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("no HTTP answer: '" + text + "'");
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            String[] header = lines[i].split(": ", 2);
            headers.computeIfAbsent(header[0].toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header[1]);
        }
        String body = text.substring(end + 4);
        return new Answer(
                Integer.parseInt(lines[0].split(" ", -1)[1]),
                HttpHeaders.of(headers, (name, value) -> true),
                utf8(headers.containsKey("transfer-encoding") ? unchunked(body) : body));
    }

    private static String unchunked(String body) {
        var out = new StringBuilder();
        int at = 0;
        while (true) {
            int line = body.indexOf("\r\n", at);
            int size = Integer.parseInt(body.substring(at, line), 16);
            if (size == 0) {
                return out.toString();
            }
            out.append(body, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
    }

    private static String utf8(String bytes) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return out.toString(StandardCharsets.UTF_8);
    }
}
