package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.schema.SchemaAst.AnnotationUse;
import io.omnigraph.schema.SchemaAst.Body;
import io.omnigraph.schema.SchemaAst.Cardinality;
import io.omnigraph.schema.SchemaAst.ConstraintUse;
import io.omnigraph.schema.SchemaAst.Declaration;
import io.omnigraph.schema.SchemaAst.Name;
import io.omnigraph.schema.SchemaAst.PropertyDeclaration;
import io.omnigraph.schema.SchemaAst.Region;
import io.omnigraph.schema.grammar.SchemaGrammarParser.AnnotationArgumentContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.AnnotationContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.CardinalityContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.DeclarationContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.EdgeDeclarationContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.EnumTypeContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.EnumValueContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.InterfaceDeclarationContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.LiteralContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.MemberContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.NodeDeclarationContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.PropertyContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.TypeRefContext;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** From parse tree to syntax tree, with the checks that concern one construct alone. */
final class AstBuilder {

  private static final long MAX_CARDINALITY = 0xFFFF_FFFFL;

  private final DiagnosticCollector diagnostics;
  private final ConstraintBuilder constraints;

  AstBuilder(DiagnosticCollector diagnostics) {
    this.diagnostics = diagnostics;
    this.constraints = new ConstraintBuilder(diagnostics);
  }

  Declaration declaration(DeclarationContext context) {
    if (context.interfaceDeclaration() != null) {
      return interfaceDeclaration(context.interfaceDeclaration());
    }
    return context.nodeDeclaration() != null
        ? nodeDeclaration(context.nodeDeclaration())
        : edgeDeclaration(context.edgeDeclaration());
  }

  private Declaration interfaceDeclaration(InterfaceDeclarationContext context) {
    List<PropertyDeclaration> properties = context.property().stream().map(this::property).toList();
    return new SchemaAst.InterfaceDeclaration(name(context.typeName()), properties);
  }

  private Declaration nodeDeclaration(NodeDeclarationContext context) {
    List<Name> names = context.typeName().stream().map(AstBuilder::name).toList();
    return new SchemaAst.NodeDeclaration(
        names.getFirst(),
        annotations(context.annotation()),
        names.subList(1, names.size()),
        body(context.member()));
  }

  private Declaration edgeDeclaration(EdgeDeclarationContext context) {
    return new SchemaAst.EdgeDeclaration(
        name(context.typeName(0)),
        name(context.typeName(1)),
        name(context.typeName(2)),
        cardinality(context.cardinality()),
        annotations(context.annotation()),
        body(context.member()));
  }

  private Body body(List<MemberContext> members) {
    List<PropertyDeclaration> properties = new ArrayList<>();
    List<ConstraintUse> uses = new ArrayList<>();
    for (MemberContext member : members) {
      if (member.property() != null) {
        properties.add(property(member.property()));
      } else {
        constraints.build(member.constraint()).ifPresent(uses::add);
      }
    }
    return new Body(properties, uses);
  }

  private Cardinality cardinality(@Nullable CardinalityContext context) {
    if (context == null) {
      return Cardinality.ANY;
    }
    long min = cardinalityLimit(context.INT(0).getSymbol());
    Long max = context.INT().size() > 1 ? cardinalityLimit(context.INT(1).getSymbol()) : null;
    if (max != null && min > max) {
      error(context, "cardinality min (" + min + ") exceeds max (" + max + ")", null);
    }
    return new Cardinality(min, max);
  }

  private long cardinalityLimit(Token token) {
    var value = new BigInteger(Literals.withoutLeadingZeros(token.getText()));
    if (value.bitLength() > Integer.SIZE) {
      error(token, "cardinality limit " + value + " exceeds maximum supported " + MAX_CARDINALITY);
      return 0;
    }
    return value.longValueExact();
  }

  private PropertyDeclaration property(PropertyContext context) {
    return new PropertyDeclaration(
        name(context.ident()), type(context.typeRef()), annotations(context.annotation()));
  }

  private PropertyType type(TypeRefContext context) {
    boolean nullable = context.QUESTION() != null;
    if (context.enumType() != null) {
      List<String> values = enumValues(context.enumType());
      return new PropertyType(ScalarType.STRING, false, nullable, values, 0);
    }
    if (context.vectorType() != null) {
      int dimension = vectorDimension(context.vectorType().INT().getSymbol());
      return PropertyType.vector(dimension).asNullable(nullable);
    }
    if (context.listType() == null) {
      return PropertyType.of(scalar(context.baseType().getText())).asNullable(nullable);
    }
    ScalarType item = scalar(context.listType().baseType().getText());
    if (item == ScalarType.BLOB) {
      error(context, "list of Blob is not supported", null);
      item = ScalarType.STRING;
    }
    return PropertyType.listOf(item).asNullable(nullable);
  }

  private static ScalarType scalar(String spelling) {
    for (ScalarType type : ScalarType.values()) {
      if (type.spelling().equals(spelling)) {
        return type;
      }
    }
    throw new IllegalStateException("the grammar knows a type the compiler does not: " + spelling);
  }

  private int vectorDimension(Token token) {
    var dimension = new BigInteger(Literals.withoutLeadingZeros(token.getText()));
    if (dimension.signum() == 0) {
      error(token, "Vector dimension must be greater than zero");
      return 1;
    }
    if (dimension.bitLength() >= Integer.SIZE) {
      error(
          token,
          "Vector dimension " + dimension + " exceeds maximum supported " + Integer.MAX_VALUE);
      return 1;
    }
    return dimension.intValueExact();
  }

  private List<String> enumValues(EnumTypeContext context) {
    var values = new TreeSet<String>();
    boolean duplicate = false;
    for (EnumValueContext value : context.enumValue()) {
      int length = value.getStop().getStopIndex() + 1 - value.getStart().getStartIndex();
      String text = value.getText();
      if (text.codePointCount(0, text.length()) != length) {
        error(value, "expected `,` or `)` after an enum value", "an enum value holds no blanks");
      }
      duplicate |= !values.add(text);
    }
    if (duplicate) {
      error(context, "enum type cannot include duplicate values", null);
    }
    return List.copyOf(values);
  }

  private List<AnnotationUse> annotations(List<AnnotationContext> contexts) {
    return contexts.stream().map(this::annotation).toList();
  }

  private AnnotationUse annotation(AnnotationContext context) {
    if (context.constraintName() != null) {
      return new AnnotationUse(
          new Annotation(context.constraintName().getText(), null, Map.of()), region(context));
    }
    String name = context.annotationName().getText();
    String value = null;
    if (context.annotationValue() != null) {
      LiteralContext literal = context.annotationValue().literal();
      value = literal == null ? context.annotationValue().getText() : literal(literal);
    }
    var kwargs = new TreeMap<String, String>();
    for (AnnotationArgumentContext argument : context.annotationArgument()) {
      String key = argument.ident().getText();
      if (kwargs.put(key, literal(argument.literal())) != null) {
        error(argument, "@" + name + " repeats argument '" + key + "='", null);
      }
    }
    return new AnnotationUse(new Annotation(name, value, kwargs), region(context));
  }

  private String literal(LiteralContext context) {
    return context.STRING() == null
        ? context.getText()
        : Literals.string(context.STRING().getSymbol(), diagnostics);
  }

  private void error(ParserRuleContext context, String body, @Nullable String hint) {
    Region region = region(context);
    diagnostics.error(Kind.PARSE, null, body, region.start(), region.end(), hint);
  }

  private void error(Token token, String body) {
    diagnostics.error(
        Kind.PARSE, null, body, token.getStartIndex(), token.getStopIndex() + 1, null);
  }

  static Name name(ParserRuleContext context) {
    return new Name(context.getText(), region(context));
  }

  static Region region(ParserRuleContext context) {
    return new Region(context.getStart().getStartIndex(), context.getStop().getStopIndex() + 1);
  }
}
