using System.Collections.Immutable;
using System.Globalization;
using Convergence.Foundation.Yaml;

namespace Convergence.Merging;

/// <summary>Reads the value of one parameter.</summary>
/// <param name="text">Where lines go.</param>
/// <param name="path">The parameter's place.</param>
internal sealed class ParameterParser(RecipeText text, string path)
{
    private static readonly string[] Keys = ["filter", "value"];

    public ParameterValue Parse(YamlValue value) => value switch
    {
        YamlScalar { IsNull: false } scalar => Scalar(scalar),
        YamlList { Items: [] } => throw Error(value, "is an empty list. Give at least one value."),
        YamlList list when list.Items.All(item => item is YamlMap) => Filtered(list.Items.Cast<YamlMap>()),
        YamlList list when list.Items.All(item => item is YamlScalar { IsNull: false }) => OverDepth(list),
        YamlMap map when map.Entries.Any(entry => Keys.Contains(entry.Key.Text)) => Filtered([map]),
        YamlMap => throw Error(
            value, "holds keys. To choose by tensor name give a list of \"- filter: PART OF NAME\" with \"value: ...\"."),
        _ => throw Error(value, "must be a number, true, false, a word, a list of them over depth, or a list of filter and value."),
    };

    private static bool TryNumber(YamlScalar scalar, out double number)
    {
        number = 0;
        return scalar.IsPlain
            && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    private static ParameterValue Scalar(YamlScalar scalar) =>
        TryNumber(scalar, out var number) ? new NumberValue(number)
        : scalar.IsPlain && YamlFlags.Parse(scalar.Text) is { } flag ? new FlagValue(flag)
        : new TextValue(scalar.Text);

    private ParameterValue OverDepth(YamlList list)
    {
        var values = list.Items.Select(item => Scalar((YamlScalar)item)).ToImmutableArray();
        if (values.All(value => value is NumberValue))
        {
            return new GradientValue([.. values.Select(value => ((NumberValue)value).Value)]);
        }

        return values.Any(value => value is NumberValue)
            ? throw Error(list, "mixes numbers with words. A list over depth holds one or the other.")
            : new StepValue(values);
    }

    private FilteredValue Filtered(IEnumerable<YamlMap> maps)
    {
        var entries = ImmutableArray.CreateBuilder<FilteredEntry>();
        foreach (var map in maps)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{entries.Count}]");
            text.Record(place, map);
            var section = new RecipeSection(text, map, place, "an entry of a list by tensor name", Keys);
            entries.Add(section.Find("value") switch
            {
                null => throw Error(map, "has a filter without \"value\"."),
                YamlMap or YamlList { Items: [YamlMap, ..] } => throw Error(
                    map, "has filters inside a filter. Give a number, a flag, a word or a list over depth."),
                var value => new FilteredEntry(section.Word("filter"), Parse(value)),
            });
        }

        return new FilteredValue(entries.ToImmutable());
    }

    private RecipeException Error(YamlValue place, string message) =>
        text.Error(place, path, $"parameter \"{path[(path.LastIndexOf('.') + 1)..]}\" {message}");
}
