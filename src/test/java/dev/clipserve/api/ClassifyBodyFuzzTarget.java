package dev.clipserve.api;

import dev.clipserve.fuzz.ReadRequests;
import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.catalina.core.ApplicationPart;
import org.apache.tomcat.util.http.fileupload.FileItem;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.disk.DiskFileItemFactory;
import org.apache.tomcat.util.http.fileupload.servlet.ServletRequestContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.StringUtils;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.support.StandardMultipartHttpServletRequest;

/**
 * Any body of {@code POST /classify} behind a line that is its query and a line that is its content type: JSON,
 * multipart, or bytes. It is read the same each time, in memory that goes by its length, or refused with a problem that
 * can be written.
 */
public final class ClassifyBodyFuzzTarget {

    private static final RequestLimits LIMITS = ReadRequests.LIMITS;
    private static final ClassifyRequestReader READER = new ClassifyRequestReader(LIMITS);

    private ClassifyBodyFuzzTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        ReadRequests.require(bytes, () -> outcome(bytes));
    }

    /** The request that was read, or the problem with it. */
    private static String outcome(byte[] bytes) {
        try {
            MockHttpServletRequest request = new ReceivedRequest(bytes);
            boolean form = StringUtils.startsWithIgnoreCase(request.getContentType(), "multipart/");
            ImageBody body = ImageBody.read(
                    form ? new StandardMultipartHttpServletRequest(request) : request,
                    ClassifyRequestReader.FIELDS,
                    LIMITS);
            new ImageRules(LIMITS).check(body.images());
            List<String> images =
                    body.images().stream().map(ReadRequests::unpacked).toList();
            return READER.read(ReadRequests.MODEL, body.fields()) + " " + images;
        } catch (ProblemException problem) {
            return ReadRequests.readable(problem);
        } catch (InvalidLabelsException | InvalidTemplatesException refusal) {
            return ReadRequests.readable(LabelProblems.of(refusal));
        } catch (MultipartException broken) {
            return "no form";
        } catch (IOException | ServletException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A request whose parts Tomcat's own parser takes apart. */
    private static final class ReceivedRequest extends MockHttpServletRequest {

        ReceivedRequest(byte[] bytes) {
            super("POST", "/classify");
            int query = lineEnd(bytes, 0);
            int type = lineEnd(bytes, query + 1);
            setQueryString(text(bytes, 0, query));
            setContentType(text(bytes, query + 1, type));
            setContent(Arrays.copyOfRange(bytes, Math.min(type + 1, bytes.length), bytes.length));
        }

        private static int lineEnd(byte[] bytes, int from) {
            int at = Math.min(from, bytes.length);
            while (at < bytes.length && bytes[at] != '\n') {
                at++;
            }
            return at;
        }

        /** Tomcat, too, reads a head's bytes as Latin-1. */
        private static String text(byte[] bytes, int from, int to) {
            return new String(bytes, Math.min(from, to), Math.max(0, to - from), StandardCharsets.ISO_8859_1);
        }

        @Override
        public List<Part> getParts() throws IOException {
            FileUpload upload = new FileUpload();
            upload.setFileItemFactory(new DiskFileItemFactory(Integer.MAX_VALUE, null));
            upload.setFileCountMax(LIMITS.maxParts());
            List<Part> parts = new ArrayList<>();
            for (FileItem item : upload.parseRequest(new ServletRequestContext(this))) {
                parts.add(new ApplicationPart(item, null));
            }
            return parts;
        }
    }
}
