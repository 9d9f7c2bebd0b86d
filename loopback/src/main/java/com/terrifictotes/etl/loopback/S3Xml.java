package com.terrifictotes.etl.loopback;

import com.terrifictotes.etl.loopback.MultipartUploads.PartReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;

/** Writes the XML documents of S3 and reads the one that matters. */
final class S3Xml {

    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final XMLStreamWriter writer;

    private S3Xml() throws XMLStreamException {
        this.writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, "UTF-8");
    }

    /** Writes the content of an element. */
    @FunctionalInterface
    interface Content {

        void writeTo(S3Xml document) throws XMLStreamException;
    }

    /** Returns a document in the namespace of S3. */
    static byte[] document(String root, Content content) {
        return write(root, true, content);
    }

    /** Returns an error document; those have no namespace. */
    static byte[] error(Refusal refusal) {
        return write("Error", false, document -> {
            document.text("Code", refusal.code());
            document.text("Message", refusal.reason());
            for (Map.Entry<String, String> detail : refusal.details().entrySet()) {
                document.text(detail.getKey(), detail.getValue());
            }
        });
    }

    void text(String name, String value) throws XMLStreamException {
        writer.writeStartElement(name);
        writer.writeCharacters(value);
        writer.writeEndElement();
    }

    void element(String name, Content content) throws XMLStreamException {
        writer.writeStartElement(name);
        content.writeTo(this);
        writer.writeEndElement();
    }

    /** Reads the parts of a {@code CompleteMultipartUpload} document, in the order given. */
    static List<PartReference> parseParts(byte[] source) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        List<PartReference> parts = new ArrayList<>();
        Map<String, String> part = new HashMap<>();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(source));
            StringBuilder text = new StringBuilder();
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamReader.START_ELEMENT) {
                    text.setLength(0);
                } else if (event == XMLStreamReader.CHARACTERS) {
                    text.append(reader.getText());
                } else if (event == XMLStreamReader.END_ELEMENT) {
                    if (reader.getLocalName().equals("Part")) {
                        parts.add(toReference(part));
                        part.clear();
                    } else {
                        part.put(reader.getLocalName(), text.toString().strip());
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw S3Refusals.malformedXml();
        }
        if (parts.isEmpty()) {
            throw S3Refusals.malformedXml();
        }
        return parts;
    }

    private static PartReference toReference(Map<String, String> part) {
        try {
            Optional<String> checksum = part.entrySet().stream()
                    .filter(element -> element.getKey().startsWith("Checksum"))
                    .map(Map.Entry::getValue)
                    .findFirst();
            return new PartReference(
                    Integer.parseInt(part.getOrDefault("PartNumber", "")), part.getOrDefault("ETag", ""), checksum);
        } catch (NumberFormatException e) {
            throw S3Refusals.malformedXml();
        }
    }

    private static byte[] write(String root, boolean withNamespace, Content content) {
        try {
            S3Xml document = new S3Xml();
            document.writer.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            document.writer.writeStartElement(root);
            if (withNamespace) {
                document.writer.writeDefaultNamespace(NAMESPACE);
            }
            content.writeTo(document);
            document.writer.writeEndDocument();
            document.writer.close();
            return document.bytes.toByteArray();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("cannot write the XML document " + root, e);
        }
    }
}
