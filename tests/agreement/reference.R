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
      if (df != n - 1) effective <- effective * (qt(0.975, n - 1) / qt(0.975, df))^2
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

# Replicate weights: each design handed over as columns of numbers, as makers of surveys do. The
# weights follow from rules that run.py knows too, so that both sides make the same.
replicate_weights <- function(table, method) {
  w <- table$pw
  unit <- if (method == "JK1") table$dnum else seq_len(nrow(table))
  if (method == "JK1") {
    parts <- sort(unique(unit))
    return(sapply(parts, function(p) ifelse(unit == p, 0, w * length(parts) / (length(parts) - 1))))
  }
  if (method == "JKn") { # ten groups in each stratum, one left out at a time
    group <- ave(unit, table$stype, FUN = seq_along) %% 10
    made <- list()
    for (s in c("E", "H", "M")) for (g in 0:9) {
      made[[paste(s, g)]] <- ifelse(table$stype != s, w, ifelse(group == g, 0, w * 10 / 9))
    }
    return(do.call(cbind, made))
  }
  # half-samples by a Hadamard matrix, and draws that no chance decides
  hadamard <- matrix(1, 1, 1)
  for (i in 1:4) hadamard <- rbind(cbind(hadamard, hadamard), cbind(hadamard, -hadamard))
  half <- t(hadamard[, unit %% 8 + 2]) # a row for each respondent, a column for each replicate
  side <- ifelse((unit %/% 8) %% 2 == 0, 1, -1)
  if (method == "BRR") return(w * (1 + half * side))
  if (method == "Fay") return(w * (1 + 0.5 * half * side))
  sapply(1:40, function(r) w * ((unit * r * 7919) %% 101 %% 3)) # times drawn: 0, 1 or 2
}
replicated <- function(table, method, ...) {
  svrepdesign(
    data = table, weights = ~pw, repweights = replicate_weights(table, method), type = method,
    combined.weights = TRUE, ...
  )
}
jk1 <- length(unique(clus1$dnum))
replicates <- list(
  jk1 = replicated(clus1, "JK1", scale = (jk1 - 1) / jk1),
  jk1_mse = replicated(clus1, "JK1", scale = (jk1 - 1) / jk1, mse = TRUE),
  jkn = replicated(strat, "JKn", scale = 1, rscales = rep(0.9, 30)),
  brr = replicated(strat, "BRR"),
  fay = replicated(strat, "Fay", rho = 0.5),
  bootstrap = replicated(strat, "bootstrap")
)
replicates$jk1_raked <- rake(
  replicates$jk1, list(~stype, ~sch.wide), list(types, wide),
  control = list(maxit = 500, epsilon = 1e-9)
)
for (d in names(replicates)) {
  design <- replicates[[d]]
  parts <- domains(design)
  for (k in names(parts)) {
    part <- parts[[k]]
    df <- degf(part)
    for (v in c("api00", "enroll")) {
      answered <- subset(part, !is.na(part$variables[[v]]))
      formula <- as.formula(paste0("~", v))
      m <- svymean(formula, answered)
      limits <- confint(m, df = degf(answered))
      note(d, "mean", v, k, "value", coef(m))
      note(d, "mean", v, k, "se", SE(m))
      note(d, "mean", v, k, "low", limits[1])
      note(d, "mean", v, k, "high", limits[2])
      x <- answered$variables[[v]]
      for (i in 1:3) {
        p <- c(0.25, 0.5, 0.75)[i]
        at <- definition2(x, weights(answered, "sampling"), p)
        limits <- survey:::woodruffCI(
          x, at, p, answered, definition2, 0.05, degf(answered), method = "beta"
        )
        name <- c("p25", "median", "p75")[i]
        note(d, name, v, k, "value", at)
        note(d, name, v, k, "low", limits[1])
        note(d, name, v, k, "high", limits[2])
      }
    }
    part$variables$hit <- as.numeric(part$variables$awards == "Yes")
    m <- svymean(~hit, part)
    note(d, "share", "awards", k, "value", coef(m))
    note(d, "share", "awards", k, "se", SE(m))
    total <- svytotal(~enroll, part, na.rm = TRUE)
    note(d, "total", "enroll", k, "value", coef(total))
    note(d, "total", "enroll", k, "se", SE(total))
    if (k == "all") next
    for (v in c("api00", "awards")) {
      design$variables$inside <- as.numeric(design$variables$stype == k)
      design$variables$y <- if (v == "awards") {
        as.numeric(design$variables$awards == "Yes")
      } else {
        design$variables[[v]]
      }
      fit <- svyglm(y ~ inside, design)
      note(d, "difference", v, k, "value", coef(fit)[2])
      note(d, "difference", v, k, "se", SE(fit)[2])
    }
  }
  ratio <- svyratio(~api.stu, ~enroll, design)
  note(d, "ratio", "api.stu/enroll", "all", "value", coef(ratio))
  note(d, "ratio", "api.stu/enroll", "all", "se", SE(ratio))
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
