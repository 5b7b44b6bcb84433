using System.Globalization;
using System.Text;

namespace Convergence.Merging;

/// <summary>
/// Writes recipes as YAML that <see cref="RecipeReader"/> reads back to an equal recipe.
/// A recipe of mergekit's dialect is a file for mergekit as well when its method is one of mergekit's
/// and neither <c>seed</c> (written unless 0) nor a parameter of this product alone is used.
/// </summary>
public static class RecipeWriter
{
    /// <summary>The recipe's YAML, with line feeds, the same for equal recipes.</summary>
    public static string ToYaml(MergeRecipe recipe)
    {
        var yaml = new StringBuilder();
        Write(yaml, recipe);
        return yaml.ToString();
    }

    /// <summary>The file of several recipes, in the order in which they are merged.</summary>
    public static string ToYaml(RecipeSequence sequence)
    {
        var yaml = new StringBuilder();
        foreach (var step in sequence.Steps)
        {
            Line(yaml, 0, "---");
            if (step.Name is { } name)
            {
                Line(yaml, 0, $"name: {Quote(name)}");
            }

            Write(yaml, step.Recipe);
        }

        return sequence.Steps is [{ Name: null }] ? yaml.ToString("---\n".Length, yaml.Length - "---\n".Length) : yaml.ToString();
    }

    private static void Write(StringBuilder yaml, MergeRecipe recipe)
    {
        if (recipe.Dialect != RecipeDialect.MergeKit)
        {
            Line(yaml, 0, $"dialect: {recipe.Dialect.Name()}");
        }

        Line(yaml, 0, $"merge_method: {recipe.Method.Name()}");
        if (recipe.BaseModel is { } baseModel)
        {
            Line(yaml, 0, $"base_model: {Quote(baseModel)}");
        }

        WriteSources(yaml, recipe);
        WriteParameters(yaml, 0, recipe.Parameters);
        if (recipe.MissingTensors == MissingTensorRule.Skip)
        {
            Line(yaml, 0, "missing_tensors: skip");
        }

        WriteType(yaml, "dtype", recipe.DType);
        WriteType(yaml, "out_dtype", recipe.OutDType);
        WriteTokenizer(yaml, recipe.Tokenizer);
        if (recipe.ChatTemplate is { } template)
        {
            Line(yaml, 0, $"chat_template: {Quote(template)}");
        }

        if (recipe.Seed != 0)
        {
            Line(yaml, 0, FormattableString.Invariant($"seed: {recipe.Seed}"));
        }
    }

    private static void WriteSources(StringBuilder yaml, MergeRecipe recipe)
    {
        if (recipe.Models.Length > 0)
        {
            Line(yaml, 0, "models:");
            foreach (var input in recipe.Models)
            {
                Line(yaml, 1, $"- model: {Quote(input.Model)}");
                WriteParameters(yaml, 2, input.Parameters);
            }
        }

        if (recipe.Slices.Length > 0)
        {
            Line(yaml, 0, "slices:");
            foreach (var slice in recipe.Slices)
            {
                WriteSlice(yaml, slice);
            }
        }
    }

    private static void WriteTokenizer(StringBuilder yaml, TokenizerRule? rule)
    {
        if (rule is null)
        {
            return;
        }

        Line(yaml, 0, "tokenizer:");
        Line(yaml, 1, rule.Source switch
        {
            VocabularySource.Union => "source: union",
            VocabularySource.Base => "source: base",
            _ => $"source: {Quote((rule.Model is "union" or "base" ? "./" : "") + rule.Model)}",
        });
        if (rule.Tokens.Count > 0)
        {
            Line(yaml, 1, "tokens:");
            foreach (var (token, tokenRule) in rule.Tokens)
            {
                Line(yaml, 2, $"{Quote(token)}:");
                WriteToken(yaml, tokenRule);
            }
        }

        if (rule.PadToMultipleOf is { } multiple)
        {
            Line(yaml, 1, FormattableString.Invariant($"pad_to_multiple_of: {multiple}"));
        }
    }

    private static void WriteToken(StringBuilder yaml, TokenRule rule)
    {
        var source = rule.Source switch
        {
            ZeroToken => "{kind: zero}",
            ModelToken { Token: null, Id: null } same => Quote(same.Model),
            ModelToken { Id: { } id } row => FormattableString.Invariant(
                $"{{kind: model_token, model: {Quote(row.Model)}, token_id: {id}}}"),
            ModelToken other => $"{{kind: model_token, model: {Quote(other.Model)}, token: {Quote(other.Token!)}}}",
            _ => null,
        };
        if (source is not null)
        {
            Line(yaml, 3, $"source: {source}");
        }

        Line(yaml, 3, $"force: {(rule.Force ? "true" : "false")}");
    }

    private static void WriteType(StringBuilder yaml, string key, Tensors.DType? dtype)
    {
        if (dtype is { } given)
        {
            Line(yaml, 0, $"{key}: {TypeNames.Name(given)}");
        }
    }

    private static void WriteSlice(StringBuilder yaml, RecipeSlice slice)
    {
        Line(yaml, 1, "- sources:");
        foreach (var source in slice.Sources)
        {
            Line(yaml, 3, $"- model: {Quote(source.Model)}");
            Line(yaml, 4, FormattableString.Invariant($"layer_range: [{source.FirstLayer}, {source.EndLayer}]"));
            WriteParameters(yaml, 4, source.Parameters);
        }

        if (slice.BaseModel is { } baseModel)
        {
            Line(yaml, 2, $"base_model: {Quote(baseModel)}");
        }

        WriteParameters(yaml, 2, slice.Parameters);
    }

    private static void WriteParameters(StringBuilder yaml, int depth, RecipeParameters parameters)
    {
        if (parameters.Count == 0)
        {
            return;
        }

        Line(yaml, depth, "parameters:");
        foreach (var name in parameters.Names)
        {
            parameters.TryGet(name, out var value);
            if (value is FilteredValue filtered)
            {
                Line(yaml, depth + 1, $"{Quote(name)}:");
                foreach (var entry in filtered.Entries)
                {
                    var filter = entry.Filter is null ? "" : $"filter: {Quote(entry.Filter)}";
                    Line(yaml, depth + 2, filter.Length == 0 ? $"- value: {Inline(entry.Value)}" : $"- {filter}");
                    if (filter.Length > 0)
                    {
                        Line(yaml, depth + 3, $"value: {Inline(entry.Value)}");
                    }
                }
            }
            else
            {
                Line(yaml, depth + 1, $"{Quote(name)}: {Inline(value!)}");
            }
        }
    }

    private static string Inline(ParameterValue value) => value switch
    {
        NumberValue number => Number(number.Value),
        FlagValue flag => flag.Value ? "true" : "false",
        TextValue text => Quote(text.Value),
        GradientValue gradient => $"[{string.Join(", ", gradient.Points.Select(Number))}]",
        StepValue steps => $"[{string.Join(", ", steps.Steps.Select(Inline))}]",
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot stand inside another value."),
    };

    // The shortest text that reads back to the same number.
    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    // Plain where that cannot be mistaken for anything else.
    private static string Quote(string text)
    {
        var isPlain = text.Length > 0 && char.IsAsciiLetter(text[0])
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/')
            && text.ToLowerInvariant() is not ("true"
                or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n" or "nan" or "infinity");
        if (isPlain)
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' or '\\' => quoted.Append('\\').Append(letter),
                _ when char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\ufeff' =>
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static void Line(StringBuilder yaml, int depth, string text) => yaml.Append(' ', depth * 2).Append(text).Append('\n');
}
