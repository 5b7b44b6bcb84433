using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// Decides where every row of the output comes from. A model that has a token uses its own row, unless the token's rule forces another.
/// Otherwise the rule's source counts, and without one the base's row, else that of the only model with the token, else the mean of those
/// with it, else zeros.
/// </summary>
/// <param name="tokens">The token of each row; <see langword="null"/> where there is none.</param>
/// <param name="models">The models.</param>
/// <param name="baseModel">The base, or <see langword="null"/>.</param>
/// <param name="rules">Rules for single tokens.</param>
internal sealed class RowMapBuilder(
    string?[] tokens, ImmutableArray<ModelRows> models, string? baseModel, ImmutableSortedDictionary<string, TokenRule> rules)
{
    private const string AnotherSource =
        "Name a model that has it, or another token with \"kind: model_token\".";

    private readonly List<string> _unknown = [];

    /// <summary>Tokens that no model has and no rule gives a row.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    public Dictionary<string, RowMap> Build()
    {
        var stand = new ImmutableArray<BorrowedRow>?[tokens.Length];
        for (var row = 0; row < tokens.Length; row++)
        {
            if (tokens[row] is { } token && (models.Any(model => !model.Has(token)) || rules.ContainsKey(token)))
            {
                stand[row] = StandIn(token);
            }
        }

        return models.ToDictionary(model => model.Name, model => Build(model, stand), StringComparer.Ordinal);
    }

    private RowMap Build(ModelRows model, ImmutableArray<BorrowedRow>?[] stand)
    {
        var rows = ImmutableArray.CreateBuilder<int>(tokens.Length);
        var borrowed = ImmutableArray.CreateBuilder<ImmutableArray<BorrowedRow>>();
        for (var row = 0; row < tokens.Length; row++)
        {
            if (tokens[row] is not { } token)
            {
                rows.Add(RowMap.Mean);
            }
            else if (model.Find(token) is { } own && !(rules.TryGetValue(token, out var rule) && rule.Force))
            {
                rows.Add(own);
            }
            else if (stand[row] is not { Length: > 0 } mix)
            {
                rows.Add(RowMap.Zero);
            }
            else if (mix is [var only] && models[only.Donor].Name == model.Name)
            {
                rows.Add(only.Row);
            }
            else
            {
                rows.Add(RowMap.BorrowedAs(borrowed.Count));
                borrowed.Add(mix);
            }
        }

        return new RowMap(rows.MoveToImmutable(), borrowed.ToImmutable(), donors: []);
    }

    /// <summary>The rows whose mean stands in for a token; none for zeros.</summary>
    private ImmutableArray<BorrowedRow> StandIn(string token)
    {
        switch (rules.GetValueOrDefault(token)?.Source)
        {
            case ZeroToken:
                return [];
            case ModelToken source:
                return [Named(token, source)];
        }

        var holders = Enumerable.Range(0, models.Length).Where(index => models[index].Has(token)).ToList();
        var ofBase = holders.FindIndex(index => models[index].Name == baseModel);
        if (holders.Count == 0)
        {
            _unknown.Add(token);
        }

        return [.. (ofBase >= 0 ? [holders[ofBase]] : holders).Select(index => new BorrowedRow(index, models[index].Find(token)!.Value))];
    }

    private BorrowedRow Named(string token, ModelToken source)
    {
        var index = models.Select(model => model.Name).ToList().IndexOf(source.Model);
        var model = models[index];
        if (source.Id is { } id)
        {
            return id < model.RowCount
                ? new BorrowedRow(index, (int)id)
                : throw Error(token, $"row {id} of {source.Model} is asked for, which has {model.RowCount} rows.");
        }

        return model.Find(source.Token ?? token) is { } row
            ? new BorrowedRow(index, row)
            : throw Error(token, $"{source.Model} has no token \"{source.Token ?? token}\". {AnotherSource}");
    }

    private static RecipeException Error(string token, FormattableString message) =>
        new(FormattableString.Invariant(message)) { KeyPath = $"tokenizer.tokens.{token}.source" };
}
