using System.Collections.Immutable;
using System.Globalization;

namespace Convergence.Merging;

/// <summary>Reads the value of one parameter.</summary>
internal sealed class ParameterParser(string source, string name)
{
    public ParameterValue Parse(YamlValue value) => value switch
    {
        YamlScalar { IsNull: false } scalar => Scalar(scalar),
        YamlList { Items: [] } => throw Error(value, "is an empty list. Give at least one value."),
        YamlList list when list.Items.All(item => item is YamlMap) => Filtered(list),
        YamlList list when list.Items.All(item => item is YamlScalar { IsNull: false }) => OverDepth(list),
        YamlMap => throw Error(value, "holds keys. To choose by tensor name give a list of \"- filter: PART OF NAME\" with \"value: ...\"."),
        _ => throw Error(value, "must be a number, true, false, a word, a list of them over depth, or a list of filter and value."),
    };

    private static bool TryNumber(YamlScalar scalar, out double number)
    {
        number = 0;
        return scalar.IsPlain && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    private static ParameterValue Scalar(YamlScalar scalar) =>
        TryNumber(scalar, out var number) ? new NumberValue(number)
        : scalar.IsPlain && bool.TryParse(scalar.Text, out var flag) ? new FlagValue(flag)
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

    private FilteredValue Filtered(YamlList list)
    {
        var entries = ImmutableArray.CreateBuilder<FilteredEntry>();
        foreach (var map in list.Items.Cast<YamlMap>())
        {
            string? filter = null;
            ParameterValue? value = null;
            foreach (var (key, given) in map.Entries)
            {
                switch (key.Text)
                {
                    case "filter" when given is YamlScalar scalar:
                        filter = scalar.IsNull ? null : scalar.Text;
                        break;
                    case "value" when given is not YamlList { Items: [YamlMap, ..] }:
                        value = Parse(given);
                        break;
                    default:
                        throw Error(key, $"has \"{key.Text}\" where only \"filter\" (a part of tensor names) and \"value\" (a number, flag, word or list over depth) belong.");
                }
            }

            entries.Add(new FilteredEntry(filter, value ?? throw Error(map, "has a filter without \"value\".")));
        }

        return new FilteredValue(entries.ToImmutable());
    }

    private RecipeException Error(YamlValue place, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{source}:{place.Line}: parameter \"{name}\" {message}"));
}
