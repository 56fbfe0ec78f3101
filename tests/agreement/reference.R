# Computes with R's survey package what run.py compares briefgen with.
#
#   Rscript reference.R FOLDER-OF-THE-API-SAMPLES reference.csv
#
# Packages: survey (Debian r-cran-survey). Only this script writes reference.csv.
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
level <- 0.95

rows <- list()
note <- function(design, statistic, variable, domain, part, value) {
  rows[[length(rows) + 1]] <<- data.frame(
    design = design, statistic = statistic, variable = variable, domain = domain,
    part = part, value = as.numeric(value)
  )
}
read <- function(name) read.csv(file.path(folder, name), na.strings = c("NA", ""))
srs <- read("apisrs.csv")
strat <- read("apistrat.csv")
clus1 <- read("apiclus1.csv")
data(api) # for the population's counts alone
types <- xtabs(~stype, data = apipop)
wide <- xtabs(~sch.wide, data = apipop)
for (name in names(types)) note("population", "count", "stype", name, "value", types[[name]])
for (name in names(wide)) note("population", "count", "sch.wide", name, "value", wide[[name]])

designs <- list(
  srs = svydesign(id = ~1, fpc = ~fpc, weights = ~pw, data = srs),
  weighted = svydesign(id = ~1, weights = ~pw, data = strat),
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat),
  strat_nofpc = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strat),
  clus1 = svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = clus1)
)
designs$poststrat <- postStratify(designs$clus1, ~stype, types)
designs$raked <- rake(
  designs$clus1, list(~stype, ~sch.wide), list(types, wide),
  control = list(maxit = 500, epsilon = 1e-9)
)

n_sampled <- function(design) { # the largest share of a stratum's units in the sample
  fpc <- design$fpc
  max(fpc$sampsize[, 1] / fpc$popsize[, 1])
}
# Hyndman and Fan's definition 2, handed to svyquantile in place of its "school" rule: that one
# misses ties where sums of raked weights differ in the last bit, and never gives the smallest value.
definition2 <- function(x, w, p) {
  keep <- w > 0
  order <- order(x[keep])
  x <- x[keep][order]
  reached <- cumsum(w[keep][order]) / sum(w)
  tie <- abs(reached - p) < 1e-12
  if (any(tie)) {
    i <- which(tie)[1]
    return((x[i] + x[min(i + 1, length(x))]) / 2)
  }
  x[min(which(reached > p))]
}
calibrated <- c("poststrat", "raked")
domains <- function(design) {
  list(
    all = design, E = subset(design, stype == "E"), H = subset(design, stype == "H"),
    M = subset(design, stype == "M")
  )
}
for (d in names(designs)) {
  parts <- domains(designs[[d]])
  for (k in names(parts)) {
    for (v in c("api00", "enroll", "meals")) {
      part <- parts[[k]]
      part <- subset(part, !is.na(part$variables[[v]]))
      formula <- as.formula(paste0("~", v))
      m <- svymean(formula, part, deff = "replace")
      df <- degf(part)
      limits <- confint(m, df = df)
      note(d, "mean", v, k, "value", coef(m))
      note(d, "mean", v, k, "se", SE(m))
      note(d, "mean", v, k, "low", limits[1])
      note(d, "mean", v, k, "high", limits[2])
      if (!d %in% calibrated) note(d, "mean", v, k, "deff", deff(m))
      q <- svyquantile(formula, part, c(0.25, 0.5, 0.75), interval.type = "beta",
        qrule = definition2, df = df)[[1]]
      for (i in 1:3) {
        name <- c("p25", "median", "p75")[i]
        note(d, name, v, k, "value", q[i, 1])
        # in a domain of a calibrated design nrow() counts all respondents: not comparable
        if (d %in% calibrated && k != "all") next
        note(d, name, v, k, "low", q[i, 2])
        note(d, name, v, k, "high", q[i, 3])
      }
    }
    for (v in c("sch.wide", "awards", "comp.imp")) {
      part <- parts[[k]]
      part$variables$hit <- as.numeric(part$variables[[v]] == "Yes")
      m <- svymean(~hit, part)
      share <- coef(m)[[1]]
      df <- degf(part)
      note(d, "share", v, k, "value", share)
      note(d, "share", v, k, "se", SE(m))
      for (method in c("logit", "beta")) {
        if (method == "beta" && d %in% calibrated && (k != "all" || vcov(m)[1] < 1e-15)) next
        limits <- confint(svyciprop(~hit, part, method = method, df = df))
        note(d, method, v, k, "low", limits[1])
        note(d, method, v, k, "high", limits[2])
      }
      # Wilson's interval by R's own prop.test, with the effective number of respondents
      n <- sum(weights(part) > 0)
      corrected <- max(if (is.null(part$fpc$popsize)) 0 else n_sampled(part))
      effective <- min(share * (1 - share) / vcov(m)[1] * n / (n - 1), n / (1 - corrected))
      limits <- suppressWarnings(
        prop.test(share * effective, effective, conf.level = level, correct = FALSE)$conf.int
      )
      note(d, "wilson", v, k, "low", limits[1])
      note(d, "wilson", v, k, "high", limits[2])
    }
  }
}

# totals, ratios, differences of domains, associations
for (d in names(designs)) {
  design <- designs[[d]]
  total <- svytotal(~enroll, design, na.rm = TRUE)
  note(d, "total", "enroll", "all", "value", coef(total))
  note(d, "total", "enroll", "all", "se", SE(total))
  for (k in c("E", "H", "M")) {
    total <- svytotal(~enroll, subset(design, stype == k), na.rm = TRUE)
    note(d, "total", "enroll", k, "value", coef(total))
    note(d, "total", "enroll", k, "se", SE(total))
  }
  ratio <- svyratio(~api.stu, ~enroll, design)
  note(d, "ratio", "api.stu/enroll", "all", "value", coef(ratio))
  note(d, "ratio", "api.stu/enroll", "all", "se", SE(ratio))
  for (k in c("E", "H", "M")) {
    design$variables$inside <- as.numeric(design$variables$stype == k)
    for (v in c("api00", "awards")) {
      design$variables$y <- if (v == "awards") as.numeric(design$variables$awards == "Yes") else design$variables[[v]]
      fit <- svyglm(y ~ inside, design)
      note(d, "difference", v, k, "value", coef(fit)[2])
      note(d, "difference", v, k, "se", SE(fit)[2])
    }
  }
  for (v in c("sch.wide", "awards")) {
    if (d %in% calibrated) next
    test <- svychisq(as.formula(paste0("~", v, "+stype")), design, statistic = "F")
    note(d, "association", v, "stype", "statistic", test$statistic)
    note(d, "association", v, "stype", "df1", test$parameter[1])
    note(d, "association", v, "stype", "df2", test$parameter[2])
    note(d, "association", v, "stype", "p_value", test$p.value)
  }
  if (d %in% c("srs", "weighted", "strat")) {
    note(d, "alpha", "api00+api99+avg.ed", "all", "value",
      svycralpha(~api00 + api99 + avg.ed, subset(design, !is.na(avg.ed)), na.rm = TRUE))
  }
}
p <- c(0.001, 0.2, 0.013, 0.04, 0.04, 0.9)
for (i in seq_along(p)) {
  note("none", "p", "raw", i, "value", p[i])
  note("none", "p", "holm", i, "value", p.adjust(p, "holm")[i])
  note("none", "p", "bh", i, "value", p.adjust(p, "BH")[i])
}

made <- do.call(rbind, rows)
out <- file(arguments[2], "w")
writeLines(c(
  paste("#", R.version.string),
  paste("# survey", packageVersion("survey")),
  "# written by reference.R; the samples are those of the R package survey (data api)"
), out)
made$value <- trimws(formatC(made$value, digits = 15, format = "g"))
write.csv(made, out, row.names = FALSE, quote = TRUE)
close(out)
