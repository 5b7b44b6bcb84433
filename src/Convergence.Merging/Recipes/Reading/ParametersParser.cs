using Convergence.Foundation.Text;
using Convergence.Foundation.Yaml;

namespace Convergence.Merging;

/// <summary>
/// Reads <c>parameters</c>. In mergekit's dialect a parameter of another method, or one that holds for all models but stands with one, is
/// accepted with a note, since it has no effect there; in this product's own dialect it is a mistake. What no method knows is one in both.
/// </summary>
internal sealed class ParametersParser(RecipeText text, MergeMethod method, RecipeDialect dialect)
{
    // Parameters of mergekit's methods, whether or not they are here.
    private static readonly string[] MergekitNames =
    [
        "weight", "density", "normalize", "int8_mask", "lambda", "rescale", "t", "scale", "gamma", "epsilon", "filter_wise", "select_topk",
        "nuslerp_flatten", "nuslerp_row_wise", "max_iter", "tol", "eps", "normalize_weights", "r", "alpha", "embed_slerp",
    ];

    private readonly MergeMethodDefinition _method = MergeMethodDefinition.Of(method);

    /// <param name="section">What holds <c>parameters</c>.</param>
    /// <param name="isShared">Whether they hold for all models of a slice, module or recipe, and not for one model.</param>
    public RecipeParameters Parse(RecipeSection section, bool isShared)
    {
        if (section.Find("parameters") is not { } value)
        {
            return RecipeParameters.Empty;
        }

        if (value is not YamlMap map)
        {
            throw section.Error("parameters", "\"parameters\" must hold names and values, as in \"weight: 0.5\".");
        }

        var parameters = RecipeParameters.Empty;
        foreach (var (key, given) in map.Entries)
        {
            var path = $"{section.PathOf("parameters")}.{key.Text}";
            text.Record(path, key);
            if (given is YamlScalar { IsNull: true })
            {
                throw text.Error(key, path, "has no value. Give one, or remove the key.");
            }

            if (HasEffect(key, path, isShared))
            {
                parameters = parameters.With(key.Text, new ParameterParser(text, path).Parse(given));
            }
        }

        return parameters;
    }

    private bool HasEffect(YamlScalar key, string path, bool isShared)
    {
        var name = _method.Method.Name();
        var known = _method.Parameters.FirstOrDefault(parameter => parameter.Name == key.Text);
        if (known is { Name: "int8_mask" })
        {
            text.Note(key, path, "has no effect on the result: it is how mergekit stores masks.");
            return true;
        }

        if (known is { PerModel: false } && !isShared)
        {
            const string cure = "Move it to \"parameters\" of the recipe or of the slice.";
            return dialect == RecipeDialect.MergeKit
                ? Ignore($"has no effect with one model: \"{key.Text}\" of {name} holds for all models together. {cure}")
                : throw text.Error(key, path, $"\"{key.Text}\" of {name} holds for all models together. {cure}");
        }

        if (known is null)
        {
            var names = _method.Parameters.Select(parameter => parameter.Name).ToList();
            return dialect == RecipeDialect.MergeKit && IsKnownElsewhere(key.Text)
                ? Ignore($"has no effect: {name} has no parameter \"{key.Text}\".")
                : throw text.Error(
                    key,
                    path,
                    ForeignKeys.Explain(key.Text)
                    ?? $"{name} has no parameter \"{key.Text}\".{Suggestion.Phrase(key.Text, names)} It has {string.Join(", ", names)}.");
        }

        return true;

        bool Ignore(string message)
        {
            text.Note(key, path, message);
            return false;
        }
    }

    private static bool IsKnownElsewhere(string name) =>
        MergekitNames.Contains(name)
        || Enum.GetValues<MergeMethod>().Any(other => MergeMethodDefinition.Of(other).Parameters.Any(parameter => parameter.Name == name));
}
